/** The one place where the program reads the clock, waits and makes random numbers; everything else is given a Clock. */
package io.lembos.api.time;
