package io.lembos.runtime.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest executable file Linux takes: an ELF64 header, one program header that maps the whole file readable and
 * executable, and the code right after it. No sections, no libraries, nothing writable but the stack.
 */
final class StaticElf {

    static final short MACHINE_X86_64 = 62;
    static final short MACHINE_AARCH64 = 183;

    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int CODE_OFFSET = HEADER_BYTES + PROGRAM_HEADER_BYTES;
    private static final long BASE_ADDRESS = 0x400000;
    /** The largest page size of arm64. */
    private static final long ALIGNMENT = 0x10000;

    private StaticElf() {}

    static byte[] of(short machine, byte[] code) {
        long fileBytes = CODE_OFFSET + code.length;
        ByteBuffer elf = ByteBuffer.allocate((int) fileBytes).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little endian */, 1 /* version */});
        elf.position(16);
        elf.putShort((short) 2).putShort(machine).putInt(1); // ET_EXEC
        elf.putLong(BASE_ADDRESS + CODE_OFFSET); // entry
        elf.putLong(HEADER_BYTES).putLong(0).putInt(0); // program headers, no sections, no flags
        elf.putShort((short) HEADER_BYTES)
                .putShort((short) PROGRAM_HEADER_BYTES)
                .putShort((short) 1);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5); // PT_LOAD, readable and executable
        elf.putLong(0).putLong(BASE_ADDRESS).putLong(BASE_ADDRESS);
        elf.putLong(fileBytes).putLong(fileBytes).putLong(ALIGNMENT);
        elf.put(code);
        return elf.array();
    }
}
