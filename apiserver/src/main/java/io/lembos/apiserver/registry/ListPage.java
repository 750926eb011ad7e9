package io.lembos.apiserver.registry;

import io.lembos.apiserver.store.Entry;
import java.util.List;

/**
 * One page of a list.
 *
 * @param revision of every object in it; 0 where they are not stored and have none
 * @param continuation token of the next page, empty on the last
 * @param remaining how many follow; negative when that would have to be counted
 */
public record ListPage(long revision, List<Entry> entries, String continuation, long remaining) {}
