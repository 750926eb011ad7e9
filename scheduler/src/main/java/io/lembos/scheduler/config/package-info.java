/**
 * A KubeSchedulerConfiguration ({@code kubescheduler.config.k8s.io/v1}): read, checked as a whole, and made into immutable
 * records. Nothing here makes plugins or talks to anybody.
 */
package io.lembos.scheduler.config;
