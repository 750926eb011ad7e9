package io.lembos.apiserver.handlers;

import io.lembos.apiserver.http.Accept;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.ListPage;
import java.nio.charset.StandardCharsets;

/** A list in JSON: the stored bytes of each object between brackets. */
record JsonListForm(Kind kind, ListPage page) implements ListForm {
    private static final byte[] NOTHING = {};
    private static final byte[] COMMA = {','};
    private static final byte[] TAIL = {']', '}', '\n'};

    @Override
    public String contentType() {
        return Accept.Encoding.JSON.contentType();
    }

    @Override
    public byte[] head(long itemsLength) {
        StringBuilder head = new StringBuilder("{\"kind\":\"")
                .append(kind.listKind())
                .append("\",\"apiVersion\":\"")
                .append(kind.apiVersion())
                .append("\",\"metadata\":{");
        if (page.revision() > 0) {
            head.append("\"resourceVersion\":\"").append(page.revision()).append('"');
        }
        if (!page.continuation().isEmpty()) {
            head.append(",\"continue\":\"").append(page.continuation()).append('"');
            if (page.remaining() > 0) {
                head.append(",\"remainingItemCount\":").append(page.remaining());
            }
        }
        return head.append("},\"items\":[").toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] before(int index) {
        return index == 0 ? NOTHING : COMMA;
    }

    @Override
    public byte[] item(int index) {
        return page.entries().get(index).bytes();
    }

    @Override
    public byte[] tail() {
        return TAIL;
    }

    @Override
    public int size() {
        return page.entries().size();
    }
}
