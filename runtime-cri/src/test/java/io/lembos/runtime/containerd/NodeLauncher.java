package io.lembos.runtime.containerd;

import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A JVM to be killed: starts a containerd with one serving pod, says so, and waits for its end. */
final class NodeLauncher {

    static final String READY = "pod runs: ";

    private NodeLauncher() {}

    @SuppressWarnings("resource") // the process is killed, nothing is closed
    public static void main(String[] args) throws IOException {
        ContainerdNode node = ContainerdNode.start(ContainerdNode.spec(Path.of(args[0]), args[1], args[2]));
        System.out.println(READY + runServer(node.client()));
        System.in.read();
    }

    /** A pod with busybox's httpd on port 8080. @return the container's id */
    static String runServer(CriClient client) {
        PodSandboxConfig.Builder pod = PodSandboxConfig.newBuilder().setHostname("server");
        pod.getMetadataBuilder().setName("server").setUid("uid-1").setNamespace("default");
        String sandbox = client.runPodSandbox(
                RunPodSandboxRequest.newBuilder().setConfig(pod).build());
        ContainerConfig.Builder container = ContainerConfig.newBuilder();
        container.getMetadataBuilder().setName("httpd");
        container.getImageBuilder().setImage(ContainerRuntimeContract.IMAGE);
        container.addAllCommand(List.of("/bin/busybox", "httpd", "-f", "-p", "8080"));
        String id = client.createContainer(CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandbox)
                .setSandboxConfig(pod)
                .setConfig(container)
                .build());
        client.startContainer(id);
        return id;
    }
}
