/** Keeps pods from nodes that say of themselves that they run short. */
package io.lembos.controllers.node;
