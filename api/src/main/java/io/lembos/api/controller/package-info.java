/** Runs a reconciler over a work queue: the loop that all controllers share. */
package io.lembos.api.controller;
