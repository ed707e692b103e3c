/// The version that status, `--version` and the package carry.
public enum Version {
    public static let text = "0.1.0"
}
