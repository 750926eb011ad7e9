/**
 * What a scheduling plugin is. The extension points are kube-scheduler's; those that belong together are one call here:
 * a plugin looks at the pod once ({@code preFilter}, {@code preScore}) and returns the function that judges nodes, so that
 * no state has to be passed from one extension point to the next.
 *
 * <p>Plugins are pure: they see a pod and an immutable snapshot. How far a verdict reaches decides how it is kept: one of a
 * {@link io.lembos.scheduler.framework.NodeLocal} plugin holds until the node changes, one of a
 * {@link io.lembos.scheduler.framework.DomainPlugin} follows from sums over the pods in the node's topology domains;
 * verdicts of any other plugin are asked anew for each pod.
 */
package io.lembos.scheduler.framework;
