package io.lembos.apiserver.apply;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@link FieldSet} in the making, filled by a walk that goes depth first. Owned by the walk; not for many threads.
 */
final class PathTree {
    private final List<Branch> branches = new ArrayList<>(4);

    private static final class Branch {
        private final PathElement element;
        private boolean member;
        private PathTree below;

        Branch(PathElement element) {
            this.element = element;
        }
    }

    boolean isEmpty() {
        return branches.isEmpty();
    }

    /** Adds a path; the walk never comes back to a branch that it has left. */
    void add(List<PathElement> path) {
        PathTree tree = this;
        for (int i = 0; i < path.size() - 1; i++) {
            Branch branch = tree.branch(path.get(i));
            if (branch.below == null) {
                branch.below = new PathTree();
            }
            tree = branch.below;
        }
        if (!path.isEmpty()) {
            tree.branch(path.getLast()).member = true;
        }
    }

    private Branch branch(PathElement element) {
        if (!branches.isEmpty() && branches.getLast().element == element) {
            return branches.getLast();
        }
        Branch branch = new Branch(element);
        branches.add(branch);
        return branch;
    }

    FieldSet toSet() {
        if (branches.isEmpty()) {
            return FieldSet.EMPTY;
        }
        List<FieldSet.Node> nodes = new ArrayList<>(branches.size());
        for (Branch branch : branches) {
            FieldSet below = branch.below == null ? FieldSet.EMPTY : branch.below.toSet();
            nodes.add(new FieldSet.Node(branch.element, branch.member, below));
        }
        return FieldSet.of(nodes);
    }
}
