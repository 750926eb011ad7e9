package io.lembos.scheduler.framework;

import java.util.Set;

/** What a plugin knows of a pod before it looks at nodes (PreFilter). */
public sealed interface Filtering {
    Filtering SKIP = new Skip();

    /** The plugin has nothing against any node. */
    record Skip() implements Filtering {}

    /** No node can take the pod, whatever it is like. */
    record Rejected(Verdict.Fails why) implements Filtering {}

    /** Each node is judged. */
    record EachNode(NodeFilter filter) implements Filtering {}

    /** Only nodes with these names come into question, and each of those is judged. */
    record Among(Set<String> names, NodeFilter filter) implements Filtering {
        public Among {
            names = Set.copyOf(names);
        }
    }
}
