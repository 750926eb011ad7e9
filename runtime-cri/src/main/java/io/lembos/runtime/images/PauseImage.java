package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** The sandbox image: {@link PauseProgram} and nothing else, for amd64 and arm64. Made here, never pulled. */
public final class PauseImage {

    /** Containerd's {@code sandbox_image} says the same. A new content needs a new tag. */
    public static final ImageReference NAME = ImageReference.parse("lembos.local/pause:1");

    private PauseImage() {}

    public static NamedImage build() {
        List<OciImage> images = Stream.of(Platform.LINUX_AMD64, Platform.LINUX_ARM64)
                .map(PauseImage::forPlatform)
                .toList();
        return new NamedImage(NAME, images);
    }

    /** The program alone, for this machine. */
    public static byte[] program() {
        return PauseProgram.forPlatform(Platform.host());
    }

    private static OciImage forPlatform(Platform platform) {
        LayerFiles files = new LayerFiles();
        files.file("pause", 0555, PauseProgram.forPlatform(platform));
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("User", "65535:65535");
        settings.putArray("Entrypoint").add("/pause");
        settings.put("WorkingDir", "/");
        return OciImage.of(platform, settings, files.tar());
    }
}
