/** Deletes objects whose owners are gone, and carries out foreground and orphan deletion. */
package io.lembos.controllers.garbage;
