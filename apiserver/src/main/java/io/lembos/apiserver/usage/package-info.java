/**
 * What nodes and pods use, {@code metrics.k8s.io}: asked of the node agents when somebody asks for it, and kept nowhere.
 *
 * <p>{@link io.lembos.apiserver.usage.NodeSummaries} asks, {@link io.lembos.apiserver.usage.MetricsObjects} makes objects of the
 * answers.
 */
package io.lembos.apiserver.usage;
