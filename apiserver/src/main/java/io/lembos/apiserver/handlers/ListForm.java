package io.lembos.apiserver.handlers;

/** How the pieces of a list are written around the shared bytes of its objects. */
interface ListForm {
    String contentType();

    /** What stands before the objects, given the bytes that they and what stands between them take. */
    byte[] head(long itemsLength);

    /** What stands before one object. */
    byte[] before(int index);

    /** The object itself: shared, not to be changed. */
    byte[] item(int index);

    /** What stands after the last object. */
    byte[] tail();

    /** How many objects there are. */
    int size();
}
