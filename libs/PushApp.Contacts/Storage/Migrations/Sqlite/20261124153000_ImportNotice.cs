using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PushApp.Contacts.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ImportNotice : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>(name: "Notice", table: "Imports", type: "TEXT", nullable: true);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn(name: "Notice", table: "Imports");
    }
}
