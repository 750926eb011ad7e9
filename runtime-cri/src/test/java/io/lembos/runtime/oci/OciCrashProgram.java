package io.lembos.runtime.oci;

import java.nio.file.Path;
import java.time.Duration;

/** Makes pods and takes them away without end, to be killed. Arguments: a node's root and number. Says when it begins. */
final class OciCrashProgram {
    private OciCrashProgram() {}

    public static void main(String[] arguments) throws Exception {
        OciNode node = new OciNode(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        node.open();
        OciPods pods = new OciPods(node);
        System.out.println("begin");
        while (true) {
            String sandbox = pods.sandbox();
            String id = pods.startIn(sandbox, OciPods.container("sleep", "600").build());
            pods.exec(id, "true");
            node.runtime().stopContainer(id, Duration.ZERO);
            node.runtime().removeContainer(id);
            node.runtime().removePodSandbox(sandbox);
        }
    }
}
