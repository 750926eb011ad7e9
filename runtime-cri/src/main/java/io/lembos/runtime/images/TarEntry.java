package io.lembos.runtime.images;

/**
 * One entry of a tar file.
 *
 * @param name path as written, directories with or without a slash at the end
 * @param type what it is
 * @param mode permission bits, with setuid, setgid and sticky
 * @param sizeBytes length of the content
 * @param offset where the content begins in the tar file
 * @param linkName target of a symbolic or hard link, otherwise empty
 */
record TarEntry(String name, Type type, int mode, long sizeBytes, long offset, String linkName) {

    enum Type {
        FILE('0'),
        HARD_LINK('1'),
        SYMBOLIC_LINK('2'),
        DIRECTORY('5'),
        OTHER('?');

        final char flag;

        Type(char flag) {
            this.flag = flag;
        }

        static Type of(char flag) {
            return switch (flag) {
                case '0', '\0', '7' -> FILE;
                case '1' -> HARD_LINK;
                case '2' -> SYMBOLIC_LINK;
                case '5' -> DIRECTORY;
                default -> OTHER;
            };
        }
    }
}
