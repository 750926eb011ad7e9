package io.lembos.apiserver.validation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Forms of names, keys and values; each check returns what is wrong in Kubernetes' words, or an empty list. Pure. */
public final class Names {
    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_FORM = LABEL_FORM + "(\\." + LABEL_FORM + ")*";
    private static final String LABEL1035_FORM = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE_FORM = "(" + QUALIFIED_FORM + ")?";
    private static final String KEY_FORM = "[-._a-zA-Z0-9]+";

    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_FORM);
    private static final Pattern LABEL1035 = Pattern.compile(LABEL1035_FORM);
    private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORM);
    private static final Pattern VALUE = Pattern.compile(VALUE_FORM);
    private static final Pattern KEY = Pattern.compile(KEY_FORM);
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
    private static final Pattern ENV_NAME = Pattern.compile("[ -<>-~]+");

    private Names() {}

    public static List<String> label(String text) {
        return check(
                text,
                63,
                LABEL,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start"
                        + " and end with an alphanumeric character",
                LABEL_FORM,
                "my-name",
                "123-abc");
    }

    public static List<String> subdomain(String text) {
        return check(
                text,
                253,
                SUBDOMAIN,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                        + " must start and end with an alphanumeric character",
                SUBDOMAIN_FORM,
                "example.com");
    }

    public static List<String> label1035(String text) {
        return check(
                text,
                63,
                LABEL1035,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character",
                LABEL1035_FORM,
                "my-name",
                "abc-123");
    }

    /** What may stand as one step of a path. */
    public static List<String> pathSegment(String text) {
        List<String> wrong = new ArrayList<>();
        if (text.equals(".") || text.equals("..")) {
            wrong.add("may not be '" + text + "'");
        }
        for (String part : List.of("/", "%")) {
            if (text.contains(part)) {
                wrong.add("may not contain '" + part + "'");
            }
        }
        return wrong;
    }

    /** A key of labels, annotations, finalizers, resources: an optional domain and a name. */
    public static List<String> qualifiedName(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2) {
            return List.of("a qualified name "
                    + regex(
                            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                                    + " alphanumeric character",
                            QUALIFIED_FORM,
                            "MyName",
                            "my.name",
                            "123-abc")
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        List<String> wrong = new ArrayList<>();
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(w -> wrong.add("prefix part " + w));
            }
        }
        namePart(parts[parts.length - 1], wrong);
        return wrong;
    }

    private static void namePart(String name, List<String> wrong) {
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (bytes(name) > 63) {
            wrong.add("name part " + tooLong(63));
        }
        if (!QUALIFIED.matcher(name).matches()) {
            wrong.add("name part "
                    + regex(
                            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                                    + " alphanumeric character",
                            QUALIFIED_FORM,
                            "MyName",
                            "my.name",
                            "123-abc"));
        }
    }

    public static List<String> labelValue(String text) {
        return check(
                text,
                63,
                VALUE,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                        + " must start and end with an alphanumeric character",
                VALUE_FORM,
                "MyValue",
                "my_value",
                "12345");
    }

    /** A key of a ConfigMap or Secret. */
    public static List<String> dataKey(String text) {
        List<String> wrong = new ArrayList<>(check(
                text,
                253,
                KEY,
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                KEY_FORM,
                "key.name",
                "KEY_NAME",
                "key-name"));
        if (text.equals(".") || text.equals("..")) {
            wrong.add("must not be '" + text + "'");
        } else if (text.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    /** Name of a port. */
    public static List<String> portName(String text) {
        List<String> wrong = new ArrayList<>();
        if (bytes(text) > 15) {
            wrong.add(tooLong(15));
        }
        if (!PORT_NAME.matcher(text).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!text.matches(".*[a-z].*")) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    /** Name of an environment variable. */
    public static List<String> environmentVariable(String text) {
        return ENV_NAME.matcher(text).matches()
                ? List.of()
                : List.of("a valid environment variable name must consist only of printable ASCII characters other"
                        + " than '='");
    }

    static String tooLong(int max) {
        return "must be no more than " + max + " bytes";
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static List<String> check(
            String text, int max, Pattern form, String message, String shownForm, String... examples) {
        List<String> wrong = new ArrayList<>();
        if (bytes(text) > max) {
            wrong.add(tooLong(max));
        }
        if (!form.matcher(text).matches()) {
            wrong.add(regex(message, shownForm, examples));
        }
        return wrong;
    }

    private static String regex(String message, String form, String... examples) {
        StringBuilder text = new StringBuilder(message).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            text.append(i > 0 ? " or " : "").append("'").append(examples[i]).append("', ");
        }
        return text.append("regex used for validation is '")
                .append(form)
                .append("')")
                .toString();
    }
}
