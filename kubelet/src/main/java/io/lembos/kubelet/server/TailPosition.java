package io.lembos.kubelet.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the last lines of a file begin, reading backwards from its end. */
final class TailPosition {
    private static final int BLOCK_BYTES = 16 * 1024;

    private TailPosition() {}

    /** @param lines negative for the whole file */
    static long find(FileChannel file, long lines) throws IOException {
        if (lines < 0) {
            return 0;
        }
        long end = file.size();
        if (lines == 0) {
            return end;
        }
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        long newlines = 0;
        for (long at = end; at > 0; ) {
            int length = (int) Math.min(BLOCK_BYTES, at);
            at -= length;
            block.clear().limit(length);
            file.read(block, at);
            for (int i = length - 1; i >= 0; i--) {
                boolean lastByte = at + i == end - 1;
                if (block.get(i) == '\n' && !lastByte && ++newlines == lines) {
                    return at + i + 1;
                }
            }
        }
        return 0;
    }
}
