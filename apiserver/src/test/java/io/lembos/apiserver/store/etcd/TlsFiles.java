package io.lembos.apiserver.store.etcd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A CA and certificates of it for 127.0.0.1, good for servers and clients, made by {@code openssl}. */
record TlsFiles(Path directory) {
    static TlsFiles create(Path directory) throws IOException, InterruptedException {
        TlsFiles files = new TlsFiles(directory);
        files.openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt");
        return files;
    }

    EtcdConfig.Tls issue(String name) throws IOException, InterruptedException {
        openssl(
                "req -newkey rsa:2048 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr -addext subjectAltName=IP:127.0.0.1"
                        .formatted(name));
        openssl(
                "x509 -req -in %1$s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out %1$s.crt"
                        .formatted(name));
        return new EtcdConfig.Tls(
                directory.resolve("ca.crt"), directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(("openssl " + arguments).split(" ")))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("openssl " + arguments + " failed: " + output);
        }
    }
}
