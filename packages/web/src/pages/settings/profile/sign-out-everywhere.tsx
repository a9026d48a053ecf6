import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

export const SignOutEverywhere = () => {
  const { t } = useTranslation('settings');
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await api.logout({ body: { everywhere: true } });
    await navigate({ to: '/sign-in', search: {} });
    queryClient.clear();
  };
  return (
    <>
      <Button size="sm" variant="ghost" onClick={() => setOpen(true)}>
        {t('profile.signOutEverywhere')}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('profile.signOutTitle')}
        consequence={t('profile.signOutText')}
        action={t('profile.signOutEverywhere')}
        onConfirm={signOut}
      />
    </>
  );
};
