document.title = 'PushApp'; export {};
