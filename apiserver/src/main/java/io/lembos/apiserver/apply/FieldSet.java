package io.lembos.apiserver.apply;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A set of paths, as a tree whose levels are sorted. A path may be a member without the paths below it, and the other way
 * round. Immutable; operations share what they do not change.
 */
public final class FieldSet {
    public static final FieldSet EMPTY = new FieldSet(new Node[0]);

    private final Node[] nodes;

    private FieldSet(Node[] nodes) {
        this.nodes = nodes;
    }

    /**
     * One element of a level.
     *
     * @param member whether the path that ends here belongs to the set
     * @param children what lies below, often empty
     */
    record Node(PathElement element, boolean member, FieldSet children) {
        static Node member(PathElement element) {
            return new Node(element, true, EMPTY);
        }

        boolean isEmpty() {
            return !member && children.isEmpty();
        }
    }

    /** Puts together what stands at the same place in two sets; either may be null, as may the result. */
    @FunctionalInterface
    private interface Combination {
        Node of(Node left, Node right);
    }

    /** A set of these nodes, which may come in any order; equal elements are united. */
    static FieldSet of(List<Node> unsorted) {
        Node[] nodes = unsorted.toArray(Node[]::new);
        if (nodes.length == 0) {
            return EMPTY;
        }
        boolean inOrder = true;
        for (int i = 1; i < nodes.length && inOrder; i++) {
            inOrder = nodes[i - 1].element().compareTo(nodes[i].element()) < 0;
        }
        return new FieldSet(inOrder ? nodes : sorted(nodes));
    }

    private static Node[] sorted(Node[] nodes) {
        Arrays.sort(nodes, (a, b) -> a.element().compareTo(b.element()));
        int length = 1;
        for (int i = 1; i < nodes.length; i++) {
            Node last = nodes[length - 1];
            if (last.element().compareTo(nodes[i].element()) == 0) {
                nodes[length - 1] = unite(last, nodes[i]);
            } else {
                nodes[length++] = nodes[i];
            }
        }
        return Arrays.copyOf(nodes, length);
    }

    /** The set of one path. */
    public static FieldSet of(PathElement... path) {
        FieldSet set = EMPTY;
        for (int i = path.length - 1; i >= 0; i--) {
            set = new FieldSet(new Node[] {new Node(path[i], i == path.length - 1, set)});
        }
        return set;
    }

    /** The set of one path of field names. */
    public static FieldSet ofFields(String... path) {
        return of(Arrays.stream(path).map(PathElement::field).toArray(PathElement[]::new));
    }

    public boolean isEmpty() {
        return nodes.length == 0;
    }

    List<Node> nodes() {
        return Arrays.asList(nodes);
    }

    /** The node of an element of the first level, null for none. */
    Node node(PathElement element) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nodes[middle].element().compareTo(element);
            if (order == 0) {
                return nodes[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** Whether this very path is a member. */
    public boolean has(List<PathElement> path) {
        FieldSet set = this;
        Node node = null;
        for (PathElement element : path) {
            node = set.node(element);
            if (node == null) {
                return false;
            }
            set = node.children();
        }
        return node != null && node.member();
    }

    public FieldSet union(FieldSet other) {
        if (isEmpty() || this == other) {
            return other;
        }
        return other.isEmpty() ? this : combine(this, other, FieldSet::unite);
    }

    private static Node unite(Node a, Node b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return new Node(a.element(), a.member() || b.member(), a.children().union(b.children()));
    }

    /** Paths that are members of both. */
    public FieldSet intersection(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return EMPTY;
        }
        return combine(
                this,
                other,
                (a, b) -> a == null || b == null
                        ? null
                        : new Node(
                                a.element(),
                                a.member() && b.member(),
                                a.children().intersection(b.children())));
    }

    /** Members of this that are no members of the other, whatever lies above or below them. */
    public FieldSet difference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        return combine(this, other, (a, b) -> {
            if (a == null || b == null) {
                return a;
            }
            return new Node(a.element(), a.member() && !b.member(), a.children().difference(b.children()));
        });
    }

    /** As {@link #difference}, but with a member of the other goes everything below it. */
    public FieldSet recursiveDifference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        return combine(this, other, (a, b) -> {
            if (a == null || b == null) {
                return a;
            }
            return b.member()
                    ? null
                    : new Node(a.element(), a.member(), a.children().recursiveDifference(b.children()));
        });
    }

    /** Members that have no members below them. */
    public FieldSet leaves() {
        List<Node> leaves = new ArrayList<>(nodes.length);
        for (Node node : nodes) {
            Node leaf = new Node(
                    node.element(),
                    node.member() && node.children().isEmpty(),
                    node.children().leaves());
            if (!leaf.isEmpty()) {
                leaves.add(leaf);
            }
        }
        return of(leaves);
    }

    private static FieldSet combine(FieldSet left, FieldSet right, Combination combination) {
        List<Node> result = new ArrayList<>(left.nodes.length + right.nodes.length);
        int l = 0;
        int r = 0;
        while (l < left.nodes.length || r < right.nodes.length) {
            int order = l == left.nodes.length
                    ? 1
                    : r == right.nodes.length ? -1 : left.nodes[l].element().compareTo(right.nodes[r].element());
            Node node = combination.of(order <= 0 ? left.nodes[l] : null, order >= 0 ? right.nodes[r] : null);
            l += order <= 0 ? 1 : 0;
            r += order >= 0 ? 1 : 0;
            if (node != null && !node.isEmpty()) {
                result.add(node);
            }
        }
        return result.isEmpty() ? EMPTY : new FieldSet(result.toArray(Node[]::new));
    }

    /** Calls for every member, parents before what lies below them; the path is the callee's to keep. */
    public void forEach(Consumer<List<PathElement>> action) {
        forEach(new ArrayList<>(), action);
    }

    private void forEach(List<PathElement> prefix, Consumer<List<PathElement>> action) {
        for (Node node : nodes) {
            if (node.member()) {
                List<PathElement> path = new ArrayList<>(prefix);
                path.add(node.element());
                action.accept(List.copyOf(path));
            }
        }
        for (Node node : nodes) {
            prefix.add(node.element());
            node.children().forEach(prefix, action);
            prefix.removeLast();
        }
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof FieldSet other) || nodes.length != other.nodes.length) {
            return false;
        }
        for (int i = 0; i < nodes.length; i++) {
            Node a = nodes[i];
            Node b = other.nodes[i];
            boolean same = a.member() == b.member()
                    && a.element().compareTo(b.element()) == 0
                    && a.children().equals(b.children());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return nodes.length;
    }

    /** One member a line, as {@code .spec.containers[name="a"].image}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach(path -> text.append(text(path)).append('\n'));
        return text.toString();
    }

    static String text(List<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(text::append);
        return text.toString();
    }
}
