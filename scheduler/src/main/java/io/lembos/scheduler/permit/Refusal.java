package io.lembos.scheduler.permit;

/** A plugin's word that a pod does not come to the node that was decided for it. */
public record Refusal(String plugin, String reason) {}
