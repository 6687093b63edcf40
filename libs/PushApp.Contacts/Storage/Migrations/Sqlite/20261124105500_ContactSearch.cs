using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PushApp.Contacts.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ContactSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // As SearchText writes it from now on: each word behind two blanks. Contacts that have no change since keep what the older form lets one find.
            migrationBuilder.Sql(
                """
                UPDATE "Contacts" SET "SearchText" = '  ' || replace(replace(rtrim("SearchText", char(10)), char(10), ' '), ' ', '  ');
                """);

            // No model: EF Core knows no virtual tables. detail=none keeps which contacts have a trigram and not where, which takes a third of the space and half of the time;
            // the text itself lies in Contacts. The book is in the high bits of rowid, so that a search reads nothing of other books.
            // SqliteContactStore writes it with each contact: triggers would cost six times as much, since FTS5 writes out what it has gathered at every savepoint.
            // automerge: segments are merged by eight and not by four, which an import spends less time on.
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE "ContactSearch" USING fts5("Text", tokenize='trigram case_sensitive 1', detail=none, content='', contentless_delete=1);
                INSERT INTO "ContactSearch"("ContactSearch", "rank") VALUES ('automerge', 8);

                INSERT INTO "ContactSearch"("rowid", "Text") SELECT ("BookId" << 40) | "Id", "SearchText" FROM "Contacts" ORDER BY "BookId", "Id";

                CREATE TRIGGER "ContactSearch_Delete" AFTER DELETE ON "Contacts" BEGIN
                    DELETE FROM "ContactSearch" WHERE "rowid" = (old."BookId" << 40) | old."Id";
                END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            DROP TRIGGER "ContactSearch_Delete";
            DROP TABLE "ContactSearch";
            """);
    }
}
