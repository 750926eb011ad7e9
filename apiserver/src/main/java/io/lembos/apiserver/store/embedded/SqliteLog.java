package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.StoreCorruptedException;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The durable log of rows in one SQLite file, held exclusively while open.
 *
 * <p>What {@link #append} returned from survives a crash of process and machine: write-ahead log with {@code
 * synchronous=FULL}, one fsync for each call. The log is one table in the order of writing, without a second index
 * (keys are looked up in memory). Rows are checked against their checksum when they are read back. Size: the
 * write-ahead log is copied into the file every {@code checkpointPages} pages and cut to that size; pages freed by
 * deleted rows are reused, and given back to the file system in small steps.
 *
 * <p>Owned by the writer thread. A failed {@link #append} has been rolled back, unless it failed in the very commit
 * ({@link CommitFailedException}); a full disk is worth another try ({@link DiskFullException}).
 */
final class SqliteLog implements AutoCloseable {
    private static final int FORMAT = 1;
    private static final int PAGE_BYTES = 8_192;
    private static final int FREE_PAGES_KEPT = 512;
    private static final int VACUUM_PAGES = 64;

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement compacted;

    private SqliteLog(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.insert = connection.prepareStatement(
                "INSERT INTO log (id, revision, create_revision, key, value, expires_at, crc) VALUES (?, ?, ?, ?, ?, ?, ?)");
        this.delete = connection.prepareStatement("DELETE FROM log WHERE id = ?");
        this.compacted = connection.prepareStatement("UPDATE meta SET value = ? WHERE name = 'compacted'");
    }

    /** The transaction's commit itself failed: its rows may or may not be there when the file is opened again. */
    static final class CommitFailedException extends RuntimeException {
        CommitFailedException(SQLException cause) {
            super("the commit of a transaction failed: " + cause.getMessage(), cause);
        }
    }

    /**
     * There is no room for the transaction. It has been rolled back, and the next one will take its place in the
     * write-ahead log; only if the process ends before that, may its rows be found there.
     */
    static final class DiskFullException extends RuntimeException {
        DiskFullException(Path file, SQLException cause) {
            super("no space left on the disk of " + file, cause);
        }
    }

    static SqliteLog open(EmbeddedConfig config) {
        Path file = config.file();
        try {
            createPrivate(file);
            return new SqliteLog(file, connect(config));
        } catch (SQLException e) {
            throw failure(file, e);
        } catch (IOException e) {
            throw new StoreUnavailableException("cannot create " + file + ": " + e, e);
        }
    }

    /** The revision up to which superseded rows may be missing. */
    long compactedRevision() {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT value FROM meta WHERE name = 'compacted'")) {
            if (!result.next()) {
                throw new StoreCorruptedException(file, "its table 'meta' is empty", null);
            }
            return result.getLong(1);
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** All rows, in the order in which they were written. */
    void read(Consumer<Row> reader) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT id, revision, create_revision, key, value, expires_at, crc FROM log ORDER BY id")) {
            while (result.next()) {
                Row row = row(result);
                if (row.checksum() != result.getLong(7)) {
                    throw new StoreCorruptedException(
                            file, "row " + row.id() + " (" + row.key() + ") has a wrong checksum", null);
                }
                reader.accept(row);
            }
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** Appends the rows and deletes the dead ones as one durable transaction. */
    void append(List<Row> rows, Collection<Long> deadIds, long compactedRevision) {
        try {
            for (Row row : rows) {
                insert(row);
            }
            for (long id : deadIds) {
                delete.setLong(1, id);
                delete.executeUpdate();
            }
            if (!deadIds.isEmpty()) {
                compacted.setLong(1, compactedRevision);
                compacted.executeUpdate();
            }
        } catch (SQLException e) {
            throw undone(e);
        }
        commit();
    }

    /** Gives some free pages back to the file system if there are many; cheap if there are not. */
    void shrink() {
        try (Statement statement = connection.createStatement()) {
            long free;
            try (ResultSet result = statement.executeQuery("PRAGMA freelist_count")) {
                free = result.next() ? result.getLong(1) : 0;
            }
            if (free > FREE_PAGES_KEPT) {
                // Not execute(), which would take one step of it: one page.
                statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
            }
        } catch (SQLException e) {
            throw undone(e);
        }
        commit();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    private void insert(Row row) throws SQLException {
        insert.setLong(1, row.id());
        insert.setLong(2, row.revision());
        insert.setLong(3, row.createRevision());
        insert.setString(4, row.key());
        insert.setBytes(5, row.value().orElse(null));
        if (row.expiresAt().isPresent()) {
            insert.setLong(6, row.expiresAt().get().toEpochMilli());
        } else {
            insert.setNull(6, Types.INTEGER);
        }
        insert.setLong(7, row.checksum());
        insert.executeUpdate();
    }

    private void commit() {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (code(e) != SQLiteErrorCode.SQLITE_FULL) {
                throw new CommitFailedException(e);
            }
            throw undone(e);
        }
    }

    private RuntimeException undone(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // There is nothing to roll back if SQLite has done it by itself, as it does when the disk is full.
            cause.addSuppressed(e);
            begin(cause);
        }
        return failure(file, cause);
    }

    /** The driver begins transactions at the end of those before, which SQLite has ended without it. */
    private void begin(SQLException cause) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static Row row(ResultSet result) throws SQLException {
        long expiresAt = result.getLong(6);
        Optional<Instant> expiry = result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expiresAt));
        return new Row(
                result.getLong(1),
                result.getLong(2),
                result.getLong(3),
                result.getString(4),
                Optional.ofNullable(result.getBytes(5)),
                expiry);
    }

    /** Files are made before SQLite sees them, because it would give them the process's mode. */
    private static void createPrivate(Path file) throws IOException {
        Path directory = file.getParent();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /**
     * In this order: a lock from the first look on needs no index of the write-ahead log in shared memory, and the page
     * layout cannot be changed once the journal mode has written the first page.
     */
    private static List<String> pragmas(EmbeddedConfig config) {
        return List.of(
                "locking_mode = EXCLUSIVE",
                "page_size = " + PAGE_BYTES,
                "auto_vacuum = INCREMENTAL",
                "journal_mode = WAL",
                "synchronous = FULL",
                "wal_autocheckpoint = " + config.checkpointPages(),
                "journal_size_limit = " + (long) config.checkpointPages() * PAGE_BYTES);
    }

    private static Connection connect(EmbeddedConfig config) throws SQLException {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setBusyTimeout(0);
        Connection connection = sqlite.createConnection("jdbc:sqlite:" + config.file());
        try (Statement statement = connection.createStatement()) {
            for (String pragma : pragmas(config)) {
                statement.execute("PRAGMA " + pragma);
            }
            connection.setAutoCommit(false);
            createTables(connection, config.file());
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void createTables(Connection connection, Path file) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int format;
            try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
                format = result.next() ? result.getInt(1) : 0;
            }
            if (format > FORMAT) {
                throw new StoreUnavailableException(file + " was written by a newer version (format " + format + ")");
            }
            if (format == 0) {
                statement.execute(
                        "CREATE TABLE log (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL,"
                                + " create_revision INTEGER NOT NULL, key TEXT NOT NULL, value BLOB, expires_at INTEGER, crc INTEGER NOT NULL)");
                statement.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
                statement.execute("INSERT INTO meta (name, value) VALUES ('compacted', 1)");
                statement.execute("PRAGMA user_version = " + FORMAT);
            }
        }
        connection.commit();
    }

    private static RuntimeException failure(Path file, SQLException e) {
        return switch (code(e)) {
            case SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_NOTADB ->
                new StoreCorruptedException(file, e.getMessage(), e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new StoreUnavailableException(file + " is in use by another process", e);
            case SQLITE_FULL -> new DiskFullException(file, e);
            default -> new StoreUnavailableException(file + ": " + e.getMessage(), e);
        };
    }

    private static SQLiteErrorCode code(SQLException e) {
        return e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    }
}
