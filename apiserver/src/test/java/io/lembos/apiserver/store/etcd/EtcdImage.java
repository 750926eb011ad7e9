package io.lembos.apiserver.store.etcd;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.BuildResponseItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** An image made here from the installed etcd and the libraries that {@code ldd} names: nothing is pulled. */
final class EtcdImage {
    private static final Path ETCD = Path.of("/usr/bin/etcd");
    private static final Pattern PATH = Pattern.compile("/\\S+");

    private EtcdImage() {}

    static DockerImageName build(Path directory) throws IOException, InterruptedException {
        Path context = Files.createDirectory(directory.resolve("image"));
        run(files(context.resolve("root.tar")).toArray(String[]::new));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nADD root.tar /\n");
        DockerImageName name = DockerImageName.parse("lembos-test/etcd:local");
        DockerClientFactory.lazyClient()
                .buildImageCmd(context.toFile())
                .withTags(Set.of(name.asCanonicalNameString()))
                .exec(new ResultCallback.Adapter<BuildResponseItem>())
                .awaitCompletion();
        return name;
    }

    private static List<String> files(Path tar) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar", "-C", "/", "-chf", tar.toString()));
        command.add(relative(ETCD.toString()));
        PATH.matcher(run("ldd", ETCD.toString()))
                .results()
                .map(MatchResult::group)
                .map(EtcdImage::relative)
                .forEach(command::add);
        return command;
    }

    private static String relative(String path) {
        return path.substring(1);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
