/** Keeps as many pods of a ReplicaSet as it asks for. */
package io.lembos.controllers.replicaset;
