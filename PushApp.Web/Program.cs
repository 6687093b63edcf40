using PushApp.Web.Accounts;
using PushApp.Web.Chat;
using PushApp.Web.Contacts;
using PushApp.Web.Inspector;
using PushApp.Web.Presence;
using PushApp.Web.Push;
using PushApp.Web.Rooms;
using PushApp.Web.Site;
using PushApp.Web.Telemetry;

var builder = WebApplication.CreateBuilder(SiteFeature.CreateOptions(args));

builder.AddServiceDefaults();
builder.AddAccounts();
builder.AddPushFeature();
builder.AddRooms();
builder.AddChat();
builder.AddPresence();
builder.AddContactsFeature();
builder.AddInspector();
builder.AddBrowserTelemetry();
builder.AddSite();

var app = builder.Build();

app.UseSite();
app.UseAccounts();

app.MapDefaultEndpoints();
app.MapAccounts();
app.MapPushFeature();
app.MapRooms();
app.MapContactsFeature();
app.MapInspector();
app.MapBrowserTelemetry();
app.MapSite();

await app.RunAsync();
