package io.lembos.apiserver.admission;

/** What is asked of the service accounts of pods. */
public enum Accounts {
    /** A pod names one, and nobody looks whether there is one: for an API that no controllers work on. */
    NAMED,
    /** The account must be there, and its token is mounted into the pod's containers. */
    MOUNTED
}
