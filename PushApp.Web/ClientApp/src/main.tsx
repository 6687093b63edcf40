import { render } from 'preact';
import { loadSite } from './state/session';
import { App } from './ui/App';
import '@fontsource-variable/instrument-sans/wght.css';

render(<App />, document.getElementById('app')!);
void loadSite();
