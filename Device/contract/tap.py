"""A tap on a Unix socket: a free TCP port on the loopback for a client that knows no Unix sockets, such as schemathesis. It can
falsify what comes back, to show that the client would notice."""

import contextlib
import socket
import threading


class Tap:
    def __init__(self, path, planted=None):
        """`planted`: two texts of one length; in every answer the first is replaced by the second."""
        self.path = str(path)
        self.planted = planted
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with contextlib.closing(client), socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(self.path)
                back = threading.Thread(target=self.copy, args=(server, client, self.planted), daemon=True)
                back.start()
                self.copy(client, server)
                back.join()
            except OSError:
                # Either side is gone; the client sees a connection that ends.
                return

    @staticmethod
    def copy(source, target, planted=None):
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                # An answer of this API comes in one piece, or the text to be replaced is short enough to lie within one.
                target.sendall(piece.replace(*planted) if planted else piece)
            target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()
