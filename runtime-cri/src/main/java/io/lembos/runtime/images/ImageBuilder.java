package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes an image of a directory, offline: {@code image.json} says how it runs, {@code rootfs/} is copied as it is, and
 * {@code hostFiles} are taken from this machine. No base image, no commands.
 */
public final class ImageBuilder {

    private ImageBuilder() {}

    /** @throws ImageFormatException naming the file and the field that is wrong */
    public static NamedImage build(Path directory, ImageReference name) {
        if (!Files.isDirectory(directory)) {
            throw new ImageFormatException(directory + " is not a directory");
        }
        ImageDefinition definition = ImageDefinition.read(directory.resolve("image.json"));
        ObjectNode settings = definition.settings();
        LayerFiles files = new LayerFiles();
        Path rootfs = directory.resolve("rootfs");
        if (Files.isDirectory(rootfs)) {
            files.copyTree(rootfs);
        }
        definition.hostFiles().forEach((inImage, onHost) -> copyHostFile(definition, files, inImage, onHost));
        if (files.isEmpty()) {
            throw new ImageFormatException(directory + ": there is nothing to put into the image: no files in rootfs/"
                    + " and no hostFiles in image.json");
        }
        return new NamedImage(name, List.of(OciImage.of(definition.platform(), settings, files.tar())));
    }

    private static void copyHostFile(ImageDefinition definition, LayerFiles files, String inImage, String onHost) {
        Path path = Path.of(inImage);
        if (!path.isAbsolute() || !path.normalize().equals(path) || path.getNameCount() == 0) {
            throw new ImageFormatException(definition.file() + ": hostFiles: \"" + inImage
                    + "\" must be an absolute path in the image, without . and ..");
        }
        Path source = Path.of(onHost);
        if (!source.isAbsolute() || !Files.isRegularFile(source)) {
            throw new ImageFormatException(definition.file() + ": hostFiles: there is no file " + onHost
                    + " on this machine" + advice(definition.hostPackages(), onHost));
        }
        files.copyFile(path.toString().substring(1), source);
    }

    private static String advice(Map<String, String> packages, String onHost) {
        String name = packages.get(onHost);
        return name == null ? "" : "; install it with: apt-get install " + name;
    }
}
