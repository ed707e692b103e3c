#include <mosquitto.h>
// From 2.1 on the first header has all of it, and the second is an error.
#if LIBMOSQUITTO_VERSION_NUMBER < 2001000
#include <mqtt_protocol.h>
#endif
