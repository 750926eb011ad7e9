/** Extenders that are asked over HTTP, as kube-scheduler asks them ({@code k8s.io/kube-scheduler/extender/v1}). */
package io.lembos.scheduler.extender;
