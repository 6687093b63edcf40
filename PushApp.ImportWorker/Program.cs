using PushApp.Contacts;
using PushApp.ImportWorker;
using PushApp.ImportWorker.Pause;
using PushApp.Push;
using PushApp.Web.Contacts;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddRedisClient("redis");
builder.Services.AddPush().AddInspection();
builder.Services.AddSingleton<IContactsPublisher, PushContactsPublisher>();
builder.Services.AddSingleton<RedisImportWakeUp>();
builder.Services.AddSingleton<IImportWakeUp>(services => services.GetRequiredService<RedisImportWakeUp>());
builder.AddContacts();
builder.AddPause();
builder.AddImportWorker();
builder.Services.AddHostedService<WakeUpListener>();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapPause();

await app.RunAsync();
