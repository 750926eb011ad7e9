/**
 * Why a pod is where it is, or why it is nowhere: for the last attempts, each node's verdict with the numbers compared, and
 * every score. Explanations are computed when somebody asks, from the snapshot that the decision was made on.
 */
package io.lembos.scheduler.explain;
