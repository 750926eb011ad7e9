package io.lembos.kubelet.container;

/** Labels and annotations by which the kubelet finds its pods again on the runtime; crictl knows them too. */
public final class Labels {
    public static final String POD_NAME = "io.kubernetes.pod.name";
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String POD_UID = "io.kubernetes.pod.uid";
    public static final String CONTAINER_NAME = "io.kubernetes.container.name";
    public static final String RESTART_COUNT = "io.kubernetes.container.restartCount";
    public static final String TERMINATION_MESSAGE_PATH = "io.kubernetes.container.terminationMessagePath";
    /** The image as the pod's spec names it; runtimes report what they made of it. */
    public static final String WANTED_IMAGE = "lembos.image";
    /** Tells the containers of one Lembos cluster from anybody else's on the same runtime. */
    public static final String CLUSTER = "lembos.cluster";

    private Labels() {}
}
