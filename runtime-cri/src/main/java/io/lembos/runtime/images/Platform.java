package io.lembos.runtime.images;

/**
 * What an image runs on, in OCI's words.
 *
 * @param os such as linux
 * @param architecture such as amd64 or arm64
 */
public record Platform(String os, String architecture) {

    public static final Platform LINUX_AMD64 = new Platform("linux", "amd64");
    public static final Platform LINUX_ARM64 = new Platform("linux", "arm64");

    /** The machine we are on. */
    public static Platform host() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> LINUX_AMD64;
            case "aarch64" -> LINUX_ARM64;
            default -> new Platform("linux", System.getProperty("os.arch"));
        };
    }
}
