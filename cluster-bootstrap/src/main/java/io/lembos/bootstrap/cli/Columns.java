package io.lembos.bootstrap.cli;

import java.util.List;

/** Rows of text as a table: each column as wide as its widest cell, three spaces between, as kubectl's. */
final class Columns {
    private static final int GAP = 3;

    private Columns() {}

    static List<String> align(List<List<String>> rows) {
        int[] widths = new int[rows.isEmpty() ? 0 : rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            if (i < row.size() - 1) {
                line.append(" ".repeat(widths[i] - row.get(i).length() + GAP));
            }
        }
        return line.toString();
    }
}
