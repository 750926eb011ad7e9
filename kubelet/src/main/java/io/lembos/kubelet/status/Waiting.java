package io.lembos.kubelet.status;

/** Why a container does not run yet, in Kubernetes' words, for example {@code ImagePullBackOff}. */
public record Waiting(String reason, String message) {}
