package io.lembos.runtime.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Makes tar streams for tests, entry by entry, also ones that no program would make. */
final class Tar {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Tar folder(String name) {
        return entry(name, '5', new byte[0], "");
    }

    Tar file(String name, String text) {
        return entry(name, '0', text.getBytes(StandardCharsets.UTF_8), "");
    }

    Tar symbolicLink(String name, String target) {
        return entry(name, '2', new byte[0], target);
    }

    Tar hardLink(String name, String target) {
        return entry(name, '1', new byte[0], target);
    }

    Tar entry(String name, char type, byte[] content, String link) {
        byte[] header = TarHeader.of(name, type, content.length);
        byte[] mode = (type == '5' ? "0000755" : "0000644").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mode, 0, header, 100, mode.length);
        byte[] target = link.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(target, 0, header, 157, target.length);
        sum(header);
        out.writeBytes(header);
        out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(out.toByteArray());
        all.writeBytes(new byte[1024]);
        return all.toByteArray();
    }

    private static void sum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 255;
        }
        byte[] text = (String.format("%06o", sum) + "\0 ").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 148, text.length);
    }
}
