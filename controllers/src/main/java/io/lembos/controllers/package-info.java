/** The controllers of the cluster: one package for each, started together by {@link io.lembos.controllers.ControllerManager}. */
package io.lembos.controllers;
