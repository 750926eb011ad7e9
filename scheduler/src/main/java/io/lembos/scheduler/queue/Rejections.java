package io.lembos.scheduler.queue;

/** How many waiting pods a plugin has rejected: {@code unschedulable_pods{plugin,profile}}. */
public record Rejections(String plugin, String profile, int pods) {}
