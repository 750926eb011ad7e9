/** Gives claims their volumes, and volumes back when their claims are gone. */
package io.lembos.controllers.persistentvolume;
