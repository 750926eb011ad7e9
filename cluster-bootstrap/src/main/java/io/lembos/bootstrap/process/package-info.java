/** The server process as the command line sees it: started in the background, told when it is ready, stopped. */
package io.lembos.bootstrap.process;
