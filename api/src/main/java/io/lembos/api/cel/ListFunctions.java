package io.lembos.api.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.util.List;

/** What Kubernetes adds to lists ({@code isSorted}, {@code sum}, {@code min} …) and to texts ({@code find}, {@code findAll}). */
final class ListFunctions {
    private static final CelType T = TypeParamType.create("T");
    private static final CelType LIST = ListType.create(T);

    private ListFunctions() {}

    static void addTo(Functions functions) {
        for (CelType type : List.of(
                SimpleType.INT,
                SimpleType.DOUBLE,
                SimpleType.BOOL,
                SimpleType.STRING,
                SimpleType.BYTES,
                SimpleType.DURATION,
                SimpleType.TIMESTAMP)) {
            String name = type.name();
            CelType list = ListType.create(type);
            functions
                    .member(
                            "isSorted",
                            "list_" + name + "_is_sorted_bool",
                            SimpleType.BOOL,
                            a -> isSorted(list(a)),
                            list)
                    .member("min", "list_" + name + "_min_" + name, type, a -> extreme(list(a), -1, "min"), list)
                    .member("max", "list_" + name + "_max_" + name, type, a -> extreme(list(a), 1, "max"), list);
        }
        CelType ints = ListType.create(SimpleType.INT);
        CelType doubles = ListType.create(SimpleType.DOUBLE);
        functions
                .member("sum", "list_int_sum_int", SimpleType.INT, a -> sum(list(a)), ints)
                .member("sum", "list_double_sum_double", SimpleType.DOUBLE, a -> realSum(list(a)), doubles)
                .member("indexOf", "list_a_index_of_int", SimpleType.INT, a -> (long) list(a).indexOf(a[1]), LIST, T)
                .member(
                        "lastIndexOf",
                        "list_a_last_index_of_int",
                        SimpleType.INT,
                        a -> (long) list(a).lastIndexOf(a[1]),
                        LIST,
                        T);
        CelType text = SimpleType.STRING;
        functions
                .member("find", "string_find_string", text, a -> find((String) a[0], (String) a[1]), text, text)
                .member(
                        "findAll",
                        "string_find_all_string",
                        ListType.create(text),
                        a -> findAll((String) a[0], (String) a[1], -1),
                        text,
                        text)
                .member(
                        "findAll",
                        "string_find_all_string_int",
                        ListType.create(text),
                        a -> findAll((String) a[0], (String) a[1], (Long) a[2]),
                        text,
                        text,
                        SimpleType.INT);
    }

    private static List<?> list(Object[] arguments) {
        return (List<?>) arguments[0];
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        return ((Comparable<Object>) a).compareTo(b);
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign, String name) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(name + " called on empty list");
        }
        Object best = list.get(0);
        for (Object element : list) {
            best = compare(element, best) * sign > 0 ? element : best;
        }
        return best;
    }

    private static long sum(List<?> list) {
        long sum = 0;
        for (Object element : list) {
            sum = Math.addExact(sum, (Long) element);
        }
        return sum;
    }

    private static double realSum(List<?> list) {
        return list.stream().mapToDouble(e -> (Double) e).sum();
    }

    private static com.google.re2j.Matcher matcher(String text, String regex) {
        try {
            return com.google.re2j.Pattern.compile(regex).matcher(text);
        } catch (com.google.re2j.PatternSyntaxException e) {
            throw new IllegalArgumentException("Illegal regex: " + e.getMessage(), e);
        }
    }

    private static String find(String text, String regex) {
        var matcher = matcher(text, regex);
        return matcher.find() ? matcher.group() : "";
    }

    private static List<String> findAll(String text, String regex, long limit) {
        var matcher = matcher(text, regex);
        List<String> found = new java.util.ArrayList<>();
        while ((limit < 0 || found.size() < limit) && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}
