package io.lembos.scheduler.framework;

/**
 * What happened to an object, as far as scheduling can tell. {@link #UPDATE} as something that happened is an update that
 * none of the others describes; as something waited for it is any update.
 */
public enum EventAction {
    ADD("Add"),
    DELETE("Delete"),
    UPDATE("Update"),
    UPDATE_NODE_ALLOCATABLE("UpdateNodeAllocatable"),
    UPDATE_NODE_LABEL("UpdateNodeLabel"),
    /** Its taints, or whether it is cordoned. */
    UPDATE_NODE_TAINT("UpdateNodeTaint"),
    UPDATE_NODE_CONDITION("UpdateNodeCondition"),
    UPDATE_NODE_ANNOTATION("UpdateNodeAnnotation"),
    UPDATE_NODE_DECLARED_FEATURE("UpdateNodeDeclaredFeature"),
    UPDATE_POD_LABEL("UpdatePodLabel"),
    UPDATE_POD_SCALE_DOWN("UpdatePodScaleDown"),
    UPDATE_POD_TOLERATION("UpdatePodToleration"),
    UPDATE_POD_SCHEDULING_GATES_ELIMINATED("UpdatePodSchedulingGatesEliminated"),
    UPDATE_POD_GENERATED_RESOURCE_CLAIM("UpdatePodGeneratedResourceClaim"),
    /** Somebody asked for its end. kube-scheduler has no such event, and waits until the pod is gone. */
    UPDATE_POD_TERMINATING("UpdatePodTerminating");

    private final String label;

    EventAction(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    public boolean isUpdate() {
        return this != ADD && this != DELETE;
    }
}
