"""The command palette: patients, pages and acts from the keyboard. No models; what may be done is the policy's to say."""
