package io.lembos.apiserver.cel;

import java.util.Set;

/** Names of fields as rules write them: what is no identifier of the language is escaped with underscores. Pure. */
final class FieldNames {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private FieldNames() {}

    /** The escaped name; null for a name that no rule can write. */
    static String escape(String name) {
        if (name.isEmpty() || !name.matches("[A-Za-z_][A-Za-z0-9_.\\-/]*")) {
            return null;
        }
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
