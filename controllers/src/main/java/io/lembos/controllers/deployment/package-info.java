/**
 * Rolls pods of a Deployment from one template to the next by moving replicas between ReplicaSets. How many each should
 * have is decided by pure functions ({@link io.lembos.controllers.deployment.RolloutPlan}).
 */
package io.lembos.controllers.deployment;
