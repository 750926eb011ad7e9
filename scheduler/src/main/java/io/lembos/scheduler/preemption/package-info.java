/** Making room for a pod by ending less important ones: who must go is decided purely, and carried out beside the decisions. */
package io.lembos.scheduler.preemption;
