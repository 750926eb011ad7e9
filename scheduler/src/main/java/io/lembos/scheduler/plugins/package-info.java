/** The rules by which nodes are ruled out and ranked, each under its Kubernetes name. Pure functions. */
package io.lembos.scheduler.plugins;
