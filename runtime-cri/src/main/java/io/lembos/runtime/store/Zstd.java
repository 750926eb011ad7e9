package io.lembos.runtime.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Layers in zstd's compression, by the program {@code zstd}: Java has no decoder for it. */
final class Zstd {
    private Zstd() {}

    static InputStream open(Path layer) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder("zstd", "--decompress", "--stdout", "--quiet", layer.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IOException("a layer is compressed with zstd; install the program (apt-get install zstd)", e);
        }
        return new FilterInputStream(process.getInputStream()) {
            @Override
            public void close() throws IOException {
                super.close();
                process.destroyForcibly();
            }
        };
    }
}
