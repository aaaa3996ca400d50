"""The command palette: patients, pages and acts from the keyboard. No models; what may be done, the policy says."""
